package org.p3s.watcher.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;
import org.p3s.watcher.domain.AfterAction;
import org.p3s.watcher.domain.FileState;
import org.p3s.watcher.domain.FileWorkflow;

/** The check constraints allow the values of the enums, and no others. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "watcher"))
class SchemaIT {

  @Inject Pool pool;

  @Test
  void the_states_of_files_are_those_of_the_enum() {
    assertThat(values("file_state"))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(FileState.values()).map(FileState::text).toList());
  }

  @Test
  void the_pending_actions_are_those_of_the_enum_that_do_something() {
    assertThat(values("file_pending_action"))
        .containsExactlyInAnyOrderElementsOf(
            EnumSet.complementOf(EnumSet.of(AfterAction.KEEP)).stream()
                .map(AfterAction::text)
                .toList());
  }

  @Test
  void the_states_of_a_files_workflows_are_those_of_the_enum() {
    assertThat(values("file_workflow_state"))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(FileWorkflow.Status.values()).map(FileWorkflow.Status::text).toList());
  }

  private List<String> values(String constraint) {
    String definition =
        pool.preparedQuery("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = $1")
            .execute(Tuple.of(constraint))
            .map(rows -> rows.iterator().next().getString(0))
            .await()
            .atMost(Duration.ofSeconds(30));
    return Pattern.compile("'([a-z-]+)'")
        .matcher(definition)
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
  }
}
