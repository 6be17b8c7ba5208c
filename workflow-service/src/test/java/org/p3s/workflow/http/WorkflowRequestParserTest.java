package org.p3s.workflow.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.problem.ProblemItem;
import org.p3s.workflow.domain.FileInfo;
import org.p3s.workflow.domain.JobInfo;

class WorkflowRequestParserTest {

  private static WorkflowRequestParser.Parsed parse(String json) {
    try {
      return WorkflowRequestParser.parse(
          new ObjectMapper().readTree(json.replace('\'', '"')), "jane", Instant.EPOCH);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Test
  void a_request_is_parsed_with_its_infos() {
    WorkflowRequestParser.Parsed parsed =
        parse(
            """
            {'dag':'d','name':'n','priority':'4','run':5077,'state':'template',
             'files':{'a:b':{'name':'x.txt','dirpath':'/d/'}},
             'jobs':{'a':{'payload':'/bin/date','env':{'A':1}}}}
            """);
    assertThat(parsed.dag()).isEqualTo("d");
    assertThat(parsed.request().start()).isFalse();
    assertThat(parsed.request().priority()).isEqualTo(4);
    assertThat(parsed.request().run()).isEqualTo(5077);
    assertThat(parsed.request().files())
        .isEqualTo(Map.of("a:b", new FileInfo("x.txt", "/d/", null)));
    assertThat(parsed.request().jobs())
        .isEqualTo(Map.of("a", new JobInfo("/bin/date", Map.of("A", "1"), null, null)));
    assertThat(parsed.request().naming()).isNull();
  }

  @Test
  void one_word_may_be_given_for_all_files() {
    assertThat(parse("{'dag':'d','files':'sticky'}").request().naming()).isEqualTo("sticky");
    assertThat(parse("{'dag':'d','files':'inherit:x'}").request().naming()).isEqualTo("inherit:x");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "{}                                          | /dag",
        "{'dag':'d','stat':'x'}                      | /stat",
        "{'dag':'d','state':'running'}               | /state",
        "{'dag':'d','files':'stick'}                 | /files",
        "{'dag':'d','files':[]}                      | /files",
        "{'dag':'d','files':{'a:b':'x'}}             | /files/a:b",
        "{'dag':'d','files':{'a:b':{'path':'x'}}}    | /files/a:b/path",
        "{'dag':'d','files':{'a:b':{'name':{}}}}     | /files/a:b/name",
        "{'dag':'d','jobs':{'a':{'env':[]}}}         | /jobs/a/env",
        "{'dag':'d','jobs':{'a':{'env':{'A':null}}}} | /jobs/a/env/A",
        "{'dag':'d','jobs':{'a':{'timelimit':-1}}}   | /jobs/a/timelimit",
        "{'dag':'d','run':'x'}                       | /run",
        "{'dag':'d','name':'x\\u0000'}               | /name",
        "{'dag':'\\u0000'}                           | /dag",
        "{'dag':'d','files':'inherit:\\u0000'}       | /files",
        "{'dag':'d','files':{'a:b':{'comment':'\\u0000'}}} | /files/a:b/comment",
        "{'dag':'d','files':{'a:b':{'dirpath':'\\udfff'}}} | /files/a:b/dirpath",
        "{'dag':'d','jobs':{'a':{'payload':'\\u0000'}}}    | /jobs/a/payload",
        "{'dag':'d','jobs':{'a':{'env':{'A=B':'c'}}}}      | /jobs/a/env/A=B",
        "[]                                          | /"
      })
  void each_fault_has_its_json_pointer(String json, String pointer) {
    ProblemException e = catchThrowableOfType(ProblemException.class, () -> parse(json));
    assertThat(e).as(json).isNotNull();
    assertThat(e.errors()).extracting(ProblemItem::pointer).contains(pointer);
  }
}
