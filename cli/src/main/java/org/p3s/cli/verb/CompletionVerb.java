package org.p3s.cli.verb;

import java.util.concurrent.Callable;
import org.p3s.cli.CommandContext;
import org.p3s.cli.ExitCode;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the shell completion script. */
@Command(
    name = "completion",
    description = "Prints a completion script for bash and zsh.",
    footerHeading = "%nExamples:%n",
    footer = {"  source <(p3s completion)"})
public final class CompletionVerb implements Callable<Integer> {

  private final CommandContext cli;

  @SuppressWarnings("NullAway.Init")
  @Spec
  CommandSpec spec;

  public CompletionVerb(CommandContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    cli.terminal().line(AutoComplete.bash("p3s", spec.root().commandLine()));
    return ExitCode.DONE;
  }
}
