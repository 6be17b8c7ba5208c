package org.p3s.cli.verb;

import java.nio.file.Path;
import org.p3s.cli.Context;
import org.p3s.cli.Exit;
import org.p3s.cli.api.Call;
import org.p3s.cli.api.Service;
import org.p3s.cli.text.Json;
import org.p3s.cli.text.Shape;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Watched directories. */
@Command(name = "watch", description = "Watched directories: add, ls, show, pause, resume, rm")
public final class WatchVerbs {

  private final Context cli;
  private final Lists lists;

  public WatchVerbs(Context cli) {
    this.cli = cli;
    this.lists = new Lists(cli);
  }

  @Command(
      description = {
        "Watches a directory: {\"name\", \"path\", \"pattern\", \"dags\": [..], \"quiet_period\"}."
      },
      footerHeading = "%nExamples:%n",
      footer = {"  p3s watch add raw.json"})
  int add(@Parameters(paramLabel = "FILE.json") Path file, @Mixin OutputOptions output) {
    Call call = Call.post(Service.WATCHER, "/watches").body("application/json", Json.bytes(file));
    return lists.row(output, call, Shape.WATCH);
  }

  @Command(
      description = "Lists the watches.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s watch ls"})
  int ls(@Mixin ListOptions options) {
    return lists.list(options, () -> Call.get(Service.WATCHER, "/watches"), Shape.WATCH);
  }

  @Command(
      description = "Shows a watch.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s watch show raw"})
  int show(@Parameters(paramLabel = "NAME") String name, @Mixin OutputOptions output) {
    return lists.one(output, Call.get(Service.WATCHER, "/watches/{}", name), Shape.WATCH);
  }

  @Command(
      description = "Lets new files lie until it is resumed.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s watch pause raw"})
  int pause(@Parameters(paramLabel = "NAME") String name) {
    cli.api().json(Call.post(Service.WATCHER, "/watches/{}/pause", name));
    return Exit.DONE;
  }

  @Command(
      description = "Takes up a paused watch.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s watch resume raw"})
  int resume(@Parameters(paramLabel = "NAME") String name) {
    cli.api().json(Call.post(Service.WATCHER, "/watches/{}/resume", name));
    return Exit.DONE;
  }

  @Command(
      description = "Removes a watch.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s watch rm raw"})
  int rm(@Parameters(paramLabel = "NAME") String name) {
    cli.api().json(Call.delete(Service.WATCHER, "/watches/{}", name).asAdmin());
    return Exit.DONE;
  }
}
