package org.p3s.pilots;

import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;
import static org.p3s.pilots.PilotApi.as;
import static org.p3s.pilots.PilotApi.tryRegister;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.Ids;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Sites: how they are stored, and what pilots get of them when they register. */
@QuarkusTest
@TestProfile(TimersOff.class)
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "pilots"))
class SiteIT {

  @Test
  void sites_are_added_and_removed_and_files_of_the_old_system_are_accepted() {
    String old =
        "{\"name\":\"lxvm\",\"server\":\"p3s-web:80\",\"pilots\":\"120\",\"pilotcycles\":0,"
            + "\"pilotperiod\":40,\"pilotbeat\":100,\"env\":{\"P3S_SITE\":\"lxvm\"}}";
    as("operator").body(old).post("/api/v1/sites").then().statusCode(201);
    as("viewer")
        .get("/api/v1/sites/lxvm")
        .then()
        .statusCode(200)
        .body("pilots", equalTo(120))
        .body("pilotbeat", equalTo(100))
        .body("env.P3S_SITE", equalTo("lxvm"));
    as("viewer").get("/api/v1/sites").then().body("items.name", hasItem("local"));
    as("operator").delete("/api/v1/sites/lxvm").then().statusCode(204);
    as("viewer").get("/api/v1/sites/lxvm").then().statusCode(404);
  }

  @Test
  void an_existing_site_is_replaced_only_by_put() {
    String first = "{\"name\":\"page-a\",\"pilotbeat\":7}";
    as("operator").body(first).post("/api/v1/sites").then().statusCode(201);
    as("operator")
        .body("{\"name\":\"page-a\"}")
        .post("/api/v1/sites")
        .then()
        .statusCode(409)
        .body("type", equalTo("/problems/already-exists"));
    as("viewer").get("/api/v1/sites/page-a").then().body("pilotbeat", equalTo(7));
    as("operator").body("{\"pilotbeat\":8}").put("/api/v1/sites/page-a").then().statusCode(200);
    as("viewer").get("/api/v1/sites/page-a").then().body("pilotbeat", equalTo(8));
    as("operator").body("{}").put("/api/v1/sites/page-b").then().statusCode(201);
    as("operator").body(first).put("/api/v1/sites/page-b").then().statusCode(422);
    as("viewer")
        .get("/api/v1/sites?limit=1&after=page")
        .then()
        .body("items.name", equalTo(List.of("page-a")))
        .body("next", equalTo("page-a"));
    as("viewer")
        .get("/api/v1/sites?limit=1&after=page-a")
        .then()
        .body("items.name", equalTo(List.of("page-b")))
        .body("next", nullValue());
    as("viewer").get("/api/v1/sites?limit=0").then().statusCode(422);
    as("operator").delete("/api/v1/sites/page-a").then().statusCode(204);
    as("operator").delete("/api/v1/sites/page-b").then().statusCode(204);
  }

  @Test
  void a_registration_is_answered_with_the_slots_and_the_prefix_of_the_site() {
    as("operator")
        .body("{\"name\":\"boxed\",\"slots\":3,\"prefix\":[\"/usr/bin/env\",\"WRAPPED=a b\"]}")
        .post("/api/v1/sites")
        .then()
        .statusCode(201)
        .body("prefix", hasItem("WRAPPED=a b"));
    UUID uuid = Ids.next();
    tryRegister(uuid, "boxed", "wn-boxed")
        .statusCode(201)
        .body("slots", equalTo(3))
        .body("prefix", equalTo(List.of("/usr/bin/env", "WRAPPED=a b")));
    as("viewer").get("/api/v1/pilots/" + uuid).then().body("slots", equalTo(3));
    as("join")
        .body("{\"site\":\"boxed\",\"host\":\"wn-boxed\",\"pid\":43,\"slots\":2}")
        .post("/api/v1/pilots")
        .then()
        .statusCode(201)
        .body("slots", equalTo(2));
    tryRegister(Ids.next(), "local", "wn-plain").body("slots", equalTo(1)).body("prefix", empty());
    as("operator").delete("/api/v1/sites/boxed").then().statusCode(204);
  }

  @Test
  void a_wrong_site_is_refused_with_its_place() {
    as("operator")
        .body("{\"name\":\"x\",\"pilotbeat\":0}")
        .post("/api/v1/sites")
        .then()
        .statusCode(422)
        .body("errors[0].pointer", equalTo("/pilotbeat"));
    for (String prefix : List.of("[\"\"]", "[\"env\", null]", "\"env\"")) {
      as("operator")
          .body("{\"name\":\"x\",\"prefix\":" + prefix + "}")
          .post("/api/v1/sites")
          .then()
          .statusCode(422)
          .body("errors[0].pointer", equalTo("/prefix"));
    }
    as("operator").body("{\"name\":\"../x\"}").post("/api/v1/sites").then().statusCode(422);
    as("operator").body("{\"name\":").post("/api/v1/sites").then().statusCode(400);
    as("viewer").body("{\"name\":\"x\"}").post("/api/v1/sites").then().statusCode(403);
  }
}
