package org.p3s.cli.verb;

import java.util.concurrent.Callable;
import org.p3s.cli.Context;
import org.p3s.cli.Exit;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Completion for the shell. */
@Command(
    name = "completion",
    description = "Prints a completion script for bash and zsh.",
    footerHeading = "%nExamples:%n",
    footer = {"  source <(p3s completion)"})
public final class CompletionVerb implements Callable<Integer> {

  private final Context cli;

  @SuppressWarnings("NullAway.Init")
  @Spec
  CommandSpec spec;

  public CompletionVerb(Context cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    cli.terminal().line(AutoComplete.bash("p3s", spec.root().commandLine()));
    return Exit.DONE;
  }
}
