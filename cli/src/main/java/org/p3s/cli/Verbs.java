package org.p3s.cli;

import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.p3s.cli.demo.DemoVerb;
import org.p3s.cli.verb.CompletionVerb;
import org.p3s.cli.verb.DagVerbs;
import org.p3s.cli.verb.DataVerbs;
import org.p3s.cli.verb.DatatypeVerbs;
import org.p3s.cli.verb.DqmVerbs;
import org.p3s.cli.verb.FileVerbs;
import org.p3s.cli.verb.JobVerbs;
import org.p3s.cli.verb.JobtypeVerbs;
import org.p3s.cli.verb.PilotVerbs;
import org.p3s.cli.verb.ServiceVerbs;
import org.p3s.cli.verb.SiteVerbs;
import org.p3s.cli.verb.StackVerbs;
import org.p3s.cli.verb.SummaryVerb;
import org.p3s.cli.verb.WatchVerbs;
import org.p3s.cli.verb.WhoamiVerb;
import org.p3s.cli.verb.WorkflowVerbs;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The verbs by name. Only the verb and the action on the command line are created, because reading
 * the annotations of all of them takes longer than most answers. So verbs are annotated with {@code
 * addMethodSubcommands = false}.
 */
final class Verbs {

  private static final Map<String, Function<CommandContext, Object>> ALL = new LinkedHashMap<>();

  /** What picocli's annotation has for a name if none is given. */
  private static final String NO_NAME = "<main class>";

  static {
    ALL.put("up", StackVerbs.UpVerb::new);
    ALL.put("down", StackVerbs.DownVerb::new);
    ALL.put("status", StackVerbs.StatusVerb::new);
    ALL.put("demo", DemoVerb::new);
    ALL.put("dag", DagVerbs::new);
    ALL.put("workflow", WorkflowVerbs::new);
    ALL.put("job", JobVerbs::new);
    ALL.put("jobtype", JobtypeVerbs::new);
    ALL.put("pilot", PilotVerbs::new);
    ALL.put("site", SiteVerbs::new);
    ALL.put("watch", WatchVerbs::new);
    ALL.put("file", FileVerbs::new);
    ALL.put("datatype", DatatypeVerbs::new);
    ALL.put("data", DataVerbs::new);
    ALL.put("service", ServiceVerbs::new);
    ALL.put("dqm", DqmVerbs::new);
    ALL.put("summary", SummaryVerb::new);
    ALL.put("whoami", WhoamiVerb::new);
    ALL.put("completion", CompletionVerb::new);
  }

  static void add(CommandLine root, CommandContext context, String... args) {
    String typed = args.length == 0 ? "" : args[0];
    Function<CommandContext, Object> one = ALL.get(typed);
    if (one != null && !typed.equals("completion")) {
      root.addSubcommand(typed, withActions(one.apply(context), args.length > 1 ? args[1] : ""));
    } else {
      ALL.forEach((name, verb) -> root.addSubcommand(name, withActions(verb.apply(context), "")));
    }
  }

  /** A verb with the action that is typed, or with all of its actions if that one is unknown. */
  private static CommandLine withActions(Object verb, String typed) {
    CommandLine command = new CommandLine(verb);
    List<Method> actions = CommandLine.getCommandMethods(verb.getClass(), null);
    List<Method> chosen = actions.stream().filter(action -> name(action).equals(typed)).toList();
    for (Method action : chosen.isEmpty() ? actions : chosen) {
      command.addSubcommand(name(action), new CommandLine(action));
    }
    return command;
  }

  private static String name(Method action) {
    String name = action.getAnnotation(Command.class).name();
    return name.equals(NO_NAME) ? action.getName() : name;
  }

  private Verbs() {}
}
