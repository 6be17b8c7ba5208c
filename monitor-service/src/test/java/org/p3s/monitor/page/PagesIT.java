package org.p3s.monitor.page;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.p3s.monitor.SampleEvents.fileArrived;
import static org.p3s.monitor.SampleEvents.jobDefined;
import static org.p3s.monitor.SampleEvents.jobFinished;
import static org.p3s.monitor.SampleEvents.pilotHeartbeat;
import static org.p3s.monitor.SampleEvents.workflowDefined;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.Ids;
import org.p3s.contracts.ServiceRecord;
import org.p3s.monitor.MonitorTestBase;
import org.p3s.monitor.SampleEvents;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "monitor"))
class PagesIT extends MonitorTestBase {

  private final UUID job = Ids.next();
  private final UUID workflow = Ids.next();

  @Test
  void names_with_markup_are_shown_as_text() {
    String name = "<script>alert(1)</script>\"'\n&";
    project(
        jobDefined(job).wfuuid(workflow).name(name).build(),
        jobFinished(job).wfuuid(workflow).stdout("out\u0000put").stderr("<b>err</b>").build(),
        workflowDefined(workflow).name(name).build());
    for (String page :
        List.of("/", "/jobs", "/workflows", "/jobs/" + job, "/workflows/" + workflow)) {
      get(page)
          .header("Content-Security-Policy", containsString("script-src 'self'"))
          .body(containsString("&lt;script&gt;alert(1)"))
          .body(not(containsString("<script>alert")));
    }
    get("/jobs/" + job).body(containsString("&lt;b&gt;err&lt;/b&gt;"));
  }

  @Test
  void each_list_shows_what_was_seen() {
    UUID pilot = Ids.next();
    UUID file = Ids.next();
    UUID line = Ids.next();
    project(
        pilotHeartbeat(pilot).build(),
        fileArrived(file).build(),
        new ServiceRecord(line, "broker-service", "info", "started", SampleEvents.NOW));
    get("/pilots").body(containsString(pilot.toString()));
    get("/files?state=arrived").body(containsString(file.toString()));
    get("/services").body(containsString(line.toString()));
  }

  @Test
  void a_list_of_one_state_has_no_things_in_other_states() {
    project(jobDefined(job).name("waits" + job).build());
    get("/jobs?state=defined").body(containsString("waits" + job));
    get("/jobs?state=running").body(not(containsString("waits" + job)));
    get("/jobs?state=").body(containsString("waits" + job));
    get("/jobs?state=no-such-state").body(containsString("none yet"));
  }

  @Test
  void a_list_that_is_longer_than_a_page_has_a_link_to_the_older_part() {
    for (int i = 0; i < 51; i++) {
      project(fileArrived(Ids.next()).build());
    }
    get("/files").body(containsString("<a href=\"/files?state=&amp;after="));
  }

  @Test
  void a_page_of_an_unknown_thing_is_not_found() {
    as("viewer").get("/jobs/" + UUID.randomUUID()).then().statusCode(404);
    as("viewer").get("/workflows/" + UUID.randomUUID()).then().statusCode(404);
  }
}
