package org.p3s.workflow.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.problem.ProblemItem;
import org.p3s.workflow.domain.Job;
import org.p3s.workflow.domain.JobState;

class JobFileParserTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JobFileParser.Copies ONCE = JobFileParser.Copies.of(null, null);

  private static List<Job> parse(String json) {
    return parse(json, ONCE);
  }

  private static List<Job> parse(String json, JobFileParser.Copies copies) {
    try {
      return JobFileParser.parse(JSON.readTree(json), copies, "jane", Instant.EPOCH, 100);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static List<@Nullable String> pointers(String json) {
    ProblemException e = catchThrowableOfType(ProblemException.class, () -> parse(json));
    assertThat(e).as(json).isNotNull();
    assertThat(e.problem()).isEqualTo(CommonProblem.VALIDATION_FAILED);
    return e.errors().stream().map(ProblemItem::pointer).toList();
  }

  @Test
  void scalars_may_be_strings_or_not() {
    Job strings =
        parse(
                "[{'payload':'x','timeout':'100','priority':'-2','maxattempts':'3'}]"
                    .replace('\'', '"'))
            .get(0);
    Job numbers =
        parse("{'payload':'x','timelimit':100,'priority':-2,'maxattempts':3}".replace('\'', '"'))
            .get(0);
    for (Job job : List.of(strings, numbers)) {
      assertThat(job.timelimit()).isEqualTo(100);
      assertThat(job.priority()).isEqualTo(-2);
      assertThat(job.maxattempts()).isEqualTo(3);
      assertThat(job.user()).isEqualTo("jane");
    }
  }

  /** The broker runs equal jobs in the order of their ids. */
  @Test
  void ids_increase_in_the_order_of_the_list() {
    String list =
        IntStream.range(0, 20)
            .mapToObj(i -> "{\"payload\":\"x\",\"name\":\"" + i + "\"}")
            .collect(Collectors.joining(",", "[", "]"));
    List<Job> jobs = parse(list, JobFileParser.Copies.of(2, "a,b"));
    assertThat(jobs.stream().map(Job::name).limit(20))
        .isEqualTo(IntStream.range(0, 20).mapToObj(String::valueOf).toList());
    assertThat(jobs.stream().map(Job::uuid)).hasSize(80).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void missing_fields_have_defaults() {
    Job job = parse("{\"payload\":\"/bin/true\"}").get(0);
    assertThat(job.jobtype()).isEqualTo("default");
    assertThat(job.timelimit()).isEqualTo(1000);
    assertThat(job.priority()).isZero();
    assertThat(job.state()).isEqualTo(JobState.DEFINED);
    assertThat(job.maxattempts()).isEqualTo(1);
    assertThat(job.infile()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "{}                                          | /payload",
        "[{'payload':'x'},{'payload':' '}]           | /1/payload",
        "{'payload':'x','colour':'red'}              | /colour",
        "{'payload':'x','a/b~c':1}                   | /a~1b~0c",
        "{'payload':['x']}                           | /payload",
        "{'payload':'x','priority':'high'}           | /priority",
        "{'payload':'x','priority':1.5}              | /priority",
        "{'payload':'x','priority':99999999999}      | /priority",
        "{'payload':'x','timeout':0}                 | /timeout",
        "{'payload':'x','timelimit':{}}              | /timelimit",
        "{'payload':'x','maxattempts':1000}          | /maxattempts",
        "{'payload':'x','state':'running'}           | /state",
        "{'payload':'x','env':'A=b'}                 | /env",
        "{'payload':'x','env':{'A':{}}}              | /env/A",
        "{'payload':'x','env':{'A':null}}            | /env/A",
        "{'payload':'x\\u0000'}                      | /payload",
        "{'payload':'x\\ud800'}                      | /payload",
        "{'payload':'x','name':'\\u0000'}            | /name",
        "{'payload':'x','site':'\\u0000'}            | /site",
        "{'payload':'x','env':{'A':'\\u0000'}}       | /env/A",
        "{'payload':'x','env':{'\\udc00':'b'}}       | /env/\udc00",
        "{'payload':'x','env':{'':'b'}}              | /env/",
        "{'payload':'x','env':{'A=B':'c'}}           | /env/A=B",
        "{'payload':'x','requirements':{'g':'\\u0000'}} | /requirements/g",
        "'payload'                                   | /",
        "[]                                          | /",
        "[1]                                         | /0"
      })
  void each_fault_has_its_json_pointer(String json, String pointer) {
    assertThat(pointers(json.replace('\'', '"'))).contains(pointer);
  }

  @Test
  void all_faults_are_reported_at_once() {
    assertThat(pointers("[{\"x\":1},{\"payload\":\"p\",\"priority\":\"x\"}]"))
        .containsExactly("/0/x", "/0/payload", "/1/priority");
  }

  @Test
  void replicas_and_input_files_multiply() {
    List<Job> jobs =
        parse(
            "[{\"payload\":\"a\",\"env\":{\"P3S_INPUT_FILE\":\"dummy\"}},{\"payload\":\"b\"}]",
            JobFileParser.Copies.of(2, "/x/1.raw, /x/2.raw"));
    assertThat(jobs).hasSize(8);
    assertThat(jobs).extracting(Job::uuid).doesNotHaveDuplicates();
    assertThat(jobs.get(0).infile()).isEqualTo("/x/1.raw");
    assertThat(jobs.get(0).env()).containsEntry("P3S_INPUT_FILE", "/x/1.raw");
    assertThat(jobs.get(2).infile()).isEqualTo("/x/2.raw");
  }

  @Test
  void more_jobs_than_allowed_are_refused() {
    ProblemException e =
        catchThrowableOfType(
            ProblemException.class,
            () -> parse("{\"payload\":\"a\"}", JobFileParser.Copies.of(101, null)));
    assertThat(e).hasMessageContaining("at most 100 jobs");
    assertThat(catchThrowableOfType(ProblemException.class, () -> JobFileParser.Copies.of(0, null)))
        .hasMessageContaining("?replicas");
  }

  @Test
  void job_files_of_the_old_system_are_accepted() throws IOException {
    Path inputs = Path.of("../../shared/data/p3s/inputs");
    assumeTrue(Files.isDirectory(inputs), () -> "skipped: there is no " + inputs);
    try (Stream<Path> files = Stream.concat(json(inputs, "jobs"), json(inputs, "larsoft"))) {
      for (Path file : files.sorted().toList()) {
        if (file.endsWith("purge_template1.json")) {
          assertThat(pointers(Files.readString(file))).containsExactly("/0/job", "/0/payload");
        } else {
          assertThat(parse(Files.readString(file)))
              .as(file.toString())
              .isNotEmpty()
              .allMatch(job -> Set.of(JobState.DEFINED).contains(job.state()));
        }
      }
    }
  }

  private static Stream<Path> json(Path inputs, String dir) throws IOException {
    return Files.walk(inputs.resolve(dir)).filter(file -> file.toString().endsWith(".json"));
  }
}
