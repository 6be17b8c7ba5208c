package org.p3s.standalone.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Archives of the classes that a program loads (the JVM's class data sharing): with one a service
 * starts in half the time. The first start of a build writes down what is loaded, the archive is
 * made of that in idle time, and every later start takes it. It is a cache beside the programs:
 * where there is none or it does not fit, the JVM starts as it does without.
 */
final class ClassData {

  private static final long LONGEST_MINUTES = 10;

  private final Path archives;
  private final Path lists;
  private volatile @Nullable Process making;
  private volatile boolean closed;

  /**
   * @param archives where archives are kept, for all stacks of this installation
   * @param lists where programs that run write down what they load
   */
  ClassData(Path archives, Path lists) {
    this.archives = archives;
    this.lists = lists;
  }

  static ClassData of(Settings settings) {
    return new ClassData(settings.home().resolve("target/class-data"), settings.run());
  }

  /** What the JVM of this program is to be told. */
  List<String> options(String program, String classPath) {
    Path archive = archive(program, classPath);
    return Files.isReadable(archive)
        // A library that changed alone makes the archive useless; that is no reason to complain.
        ? List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds=off", "-Xlog:class+path=off")
        : List.of("-XX:DumpLoadedClassList=" + list(program));
  }

  /** True if {@link #make} has nothing to do for it. */
  boolean has(String program, String classPath) {
    return Files.exists(archive(program, classPath));
  }

  /** Makes the archive of a program that has started; takes some tens of seconds of idle time. */
  void make(String program, String classPath) throws IOException, InterruptedException {
    Path list = list(program);
    if (closed || has(program, classPath) || !Files.exists(list)) {
      return;
    }
    Files.createDirectories(archives);
    Path fresh = Files.createTempFile(archives, program + "-", ".part");
    // The program may start again meanwhile, and its list anew.
    Path loaded = Files.createTempFile(archives, program + "-", ".classes");
    try {
      Files.copy(list, loaded, StandardCopyOption.REPLACE_EXISTING);
      if (dump(loaded, fresh, classPath) && !closed) {
        Path archive = archive(program, classPath);
        deleteOthers(program);
        Files.move(fresh, archive, StandardCopyOption.ATOMIC_MOVE);
      }
    } finally {
      Files.deleteIfExists(fresh);
      Files.deleteIfExists(loaded);
    }
  }

  private boolean dump(Path list, Path archive, String classPath)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                "nice",
                "-n",
                "19",
                Component.java(),
                "-Xshare:dump",
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-XX:SharedClassListFile=" + list,
                "-XX:SharedArchiveFile=" + archive,
                "-cp",
                classPath)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    making = process;
    if (closed || !process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      return false;
    }
    return process.exitValue() == 0;
  }

  /** Ends what is being made. */
  void close() {
    closed = true;
    Process process = making;
    if (process != null) {
      process.destroyForcibly();
    }
  }

  private Path list(String program) {
    return lists.resolve(program + ".classes");
  }

  // By all that an archive is bound to, as far as it can be seen from outside.
  private Path archive(String program, String classPath) {
    Path first = Path.of(classPath.split(System.getProperty("path.separator"), 2)[0]);
    int key;
    try {
      key =
          Objects.hash(
              classPath,
              Files.size(first),
              Files.getLastModifiedTime(first),
              System.getProperty("java.vm.version"));
    } catch (IOException e) {
      key = 0;
    }
    return archives.resolve(program + "-" + Integer.toHexString(key) + ".jsa");
  }

  private void deleteOthers(String program) throws IOException {
    try (Stream<Path> files = Files.list(archives)) {
      for (Path old :
          files.filter(f -> f.getFileName().toString().matches(program + "-\\w+\\.jsa")).toList()) {
        Files.deleteIfExists(old);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
