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

  private static WorkflowRequestParser.Wish read(String json) {
    try {
      return WorkflowRequestParser.read(
          new ObjectMapper().readTree(json.replace('\'', '"')), "jane", Instant.EPOCH);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Test
  void a_wish_is_read_with_its_infos() {
    WorkflowRequestParser.Wish wish =
        read(
            """
            {'dag':'d','name':'n','priority':'4','run':5077,'state':'template',
             'files':{'a:b':{'name':'x.txt','dirpath':'/d/'}},
             'jobs':{'a':{'payload':'/bin/date','env':{'A':1}}}}
            """);
    assertThat(wish.dag()).isEqualTo("d");
    assertThat(wish.order().start()).isFalse();
    assertThat(wish.order().priority()).isEqualTo(4);
    assertThat(wish.order().run()).isEqualTo(5077);
    assertThat(wish.order().files()).isEqualTo(Map.of("a:b", new FileInfo("x.txt", "/d/", null)));
    assertThat(wish.order().jobs())
        .isEqualTo(Map.of("a", new JobInfo("/bin/date", Map.of("A", "1"), null, null)));
    assertThat(wish.order().naming()).isNull();
  }

  @Test
  void one_word_may_stand_for_all_files() {
    assertThat(read("{'dag':'d','files':'sticky'}").order().naming()).isEqualTo("sticky");
    assertThat(read("{'dag':'d','files':'inherit:x'}").order().naming()).isEqualTo("inherit:x");
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
  void a_fault_is_named_by_its_pointer(String json, String pointer) {
    ProblemException e = catchThrowableOfType(ProblemException.class, () -> read(json));
    assertThat(e).as(json).isNotNull();
    assertThat(e.errors()).extracting(ProblemItem::pointer).contains(pointer);
  }
}
