package org.p3s.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Schemas, records and samples say the same; a consumer may rely on any of them. */
class GoldenSamplesTest {

  private static final JsonSchemaFactory SCHEMAS =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

  @ParameterizedTest
  @EnumSource(EventType.class)
  void a_sample_reads_and_writes_back_as_itself(EventType type) throws IOException {
    JsonNode golden = golden(type);
    Event event = JsonCodec.read(golden.toString(), type.record());
    assertThat(JsonCodec.mapper().readTree(JsonCodec.write(event))).isEqualTo(golden);
    assertThat(EventType.of(event)).isEqualTo(type);
    assertThat(event.key()).isNotBlank();
  }

  @ParameterizedTest
  @EnumSource(EventType.class)
  void a_sample_has_every_field_of_its_schema_and_obeys_it(EventType type) throws IOException {
    JsonNode golden = golden(type);
    assertThat(schema(type).validate(golden)).isEmpty();
    assertThat(names(golden)).isEqualTo(names(schema(type).getSchemaNode().get("properties")));
  }

  @ParameterizedTest
  @EnumSource(EventType.class)
  void what_the_schema_requires_the_record_requires_too(EventType type) throws IOException {
    JsonNode required = schema(type).getSchemaNode().get("required");
    assertThat(required).isNotEmpty();
    for (JsonNode name : required) {
      ObjectNode lacking = golden(type).deepCopy();
      lacking.remove(name.asText());
      assertThat(schema(type).validate(lacking)).as("schema without %s", name).isNotEmpty();
      assertThatThrownBy(() -> JsonCodec.read(lacking.toString(), type.record()))
          .as("record without %s", name)
          .isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(EventType.class)
  void a_field_that_a_later_version_adds_breaks_nobody(EventType type) throws IOException {
    ObjectNode newer = golden(type).deepCopy();
    newer.put("added_later", true);
    assertThat(schema(type).validate(newer)).isEmpty();
    assertThat(JsonCodec.read(newer.toString(), type.record())).isNotNull();
  }

  @Test
  void a_workflow_of_before_states_were_told_started_as_it_was_defined() throws IOException {
    ObjectNode older = golden(EventType.WORKFLOW_DEFINED).deepCopy();
    older.remove(List.of("state", "ts_sta"));
    assertThat(schema(EventType.WORKFLOW_DEFINED).validate(older)).isEmpty();
    WorkflowDefined running = JsonCodec.read(older.toString(), WorkflowDefined.class);
    assertThat(running.state()).isEqualTo(WorkflowDefined.State.RUNNING);
    assertThat(running.tsSta()).isEqualTo(running.tsDef());
    older.put("state", "template");
    WorkflowDefined template = JsonCodec.read(older.toString(), WorkflowDefined.class);
    assertThat(template.state()).isEqualTo(WorkflowDefined.State.TEMPLATE);
    assertThat(template.tsSta()).isNull();
  }

  private static TreeSet<String> names(JsonNode object) {
    TreeSet<String> names = new TreeSet<>();
    for (Iterator<String> i = object.fieldNames(); i.hasNext(); ) {
      names.add(i.next());
    }
    return names;
  }

  private static JsonSchema schema(EventType type) {
    return SCHEMAS.getSchema(resource(Event.class, type.schema()));
  }

  private static ObjectNode golden(EventType type) throws IOException {
    return (ObjectNode)
        JsonCodec.mapper().readTree(resource(Event.class, "/golden/" + type.type() + ".json"));
  }

  private static InputStream resource(Class<?> beside, String name) {
    return Objects.requireNonNull(beside.getResourceAsStream(name), name);
  }
}
