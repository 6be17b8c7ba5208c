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
import org.p3s.cli.Context;
import org.p3s.cli.Exit;
import org.p3s.cli.api.Call;
import org.p3s.cli.api.Service;
import org.p3s.cli.text.Json;
import org.p3s.cli.text.Shape;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Which system, with which credential. */
@Command(
    name = "whoami",
    description = "Which system this command talks to, with which credential.",
    footerHeading = "%nExamples:%n",
    footer = {"  p3s whoami"})
public final class WhoamiVerb implements Callable<Integer> {

  private final Context cli;

  @Mixin OutputOptions output = new OutputOptions();

  public WhoamiVerb(Context cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    String token = cli.place().token(false);
    ObjectNode who = Json.object();
    who.put("server", cli.api().url(Service.MONITOR).toString());
    if (cli.place().local()) {
      who.put("data", cli.place().data().toString());
    }
    boolean given = cli.place().value("P3S_TOKEN") != null;
    who.put("credential", given ? "P3S_TOKEN" : cli.place().secret("operator.token").toString());
    JsonNode carrier = carrier(token);
    if (carrier != null) {
      who.put("name", carrier.path("name").asText());
      who.set("roles", carrier.path("roles"));
    }
    // A wrong or missing credential is told as the server tells it.
    cli.api().json(Call.get(Service.MONITOR, "/summary"));
    who.put("accepted", true);
    cli.terminal().line(cli.output().one(who, new Shape("name", List.of()), output.format));
    return Exit.DONE;
  }

  /** Who carries a token of this machine; null where that is not known here. */
  private @Nullable JsonNode carrier(@Nullable String token) {
    Path file = cli.place().secret("tokens.json");
    if (token == null || !cli.place().local() || !Files.isReadable(file)) {
      return null;
    }
    String hash = sha256(token);
    for (JsonNode entry : Json.file(file)) {
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
