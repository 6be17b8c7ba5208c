package org.p3s.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;
import org.p3s.workflow.domain.DatasetState;
import org.p3s.workflow.domain.JobState;
import org.p3s.workflow.domain.WorkflowState;

/** The check constraints of the tables allow exactly the states of the enums. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "workflow"))
class StateConstraintsIT {

  @Inject Pool pool;

  @ParameterizedTest
  @CsvSource({"job", "workflow", "dataset"})
  void a_table_allows_the_states_of_its_enum(String table) {
    Set<String> inTable = new TreeSet<>();
    String sql = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = $1";
    pool.preparedQuery(sql)
        .execute(Tuple.of(table + "_state"))
        .await()
        .atMost(ServiceEvents.TIMEOUT)
        .forEach(
            row -> {
              Matcher quoted = Pattern.compile("'([a-z-]+)'").matcher(row.getString(0));
              while (quoted.find()) {
                inTable.add(quoted.group(1));
              }
            });
    Set<String> inEnum =
        switch (table) {
          case "job" -> texts(Arrays.stream(JobState.values()).map(JobState::text));
          case "workflow" -> texts(Arrays.stream(WorkflowState.values()).map(WorkflowState::text));
          default -> texts(Arrays.stream(DatasetState.values()).map(DatasetState::text));
        };
    assertThat(inTable).isEqualTo(inEnum);
  }

  private static Set<String> texts(Stream<String> texts) {
    return texts.collect(Collectors.toCollection(TreeSet::new));
  }
}
