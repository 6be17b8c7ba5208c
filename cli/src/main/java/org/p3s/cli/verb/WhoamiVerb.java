package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.p3s.cli.CommandContext;
import org.p3s.cli.ExitCode;
import org.p3s.cli.InputFiles;
import org.p3s.cli.api.ApiRequest;
import org.p3s.cli.api.P3sService;
import org.p3s.cli.text.JsonTree;
import org.p3s.cli.text.TableLayout;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows the system and the credential that the command uses. */
@Command(
    name = "whoami",
    description = "Shows the system and the credential that this command uses.",
    footerHeading = "%nExamples:%n",
    footer = {"  p3s whoami"})
public final class WhoamiVerb implements Callable<Integer> {

  private final CommandContext cli;

  @Mixin OutputOptions output = new OutputOptions();

  public WhoamiVerb(CommandContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    String token = cli.endpoints().token(false);
    ObjectNode who = JsonTree.object();
    who.put("server", cli.api().url(P3sService.MONITOR).toString());
    if (cli.endpoints().local()) {
      who.put("data", cli.directories().data().toString());
    }
    who.put("credential", cli.endpoints().tokenSource());
    JsonNode owner = owner(token);
    if (owner != null) {
      who.put("name", owner.path("name").asText());
      who.set("roles", owner.path("roles"));
    }
    // The server refuses a missing or wrong credential; its message is the output then.
    cli.api().json(ApiRequest.get(P3sService.MONITOR, "/summary"));
    who.put("accepted", true);
    cli.terminal()
        .line(cli.formatter().one(who, new TableLayout("name", List.of()), output.format));
    return ExitCode.DONE;
  }

  /** The entry of a token in this machine's tokens.json; null if the token is not in there. */
  private @Nullable JsonNode owner(@Nullable String token) {
    Path file = cli.directories().secret("tokens.json");
    if (token == null || !cli.endpoints().local() || !Files.isReadable(file)) {
      return null;
    }
    String hash = sha256(token);
    for (JsonNode entry : InputFiles.json(file)) {
      if (entry.path("sha256").asText().equals(hash)) {
        return entry;
      }
    }
    return null;
  }

  private static String sha256(String token) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
