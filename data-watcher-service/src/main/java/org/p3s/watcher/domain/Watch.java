package org.p3s.watcher.domain;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A directory that is watched, the rule that selects its files, and what happens to them.
 *
 * @param path the directory; only the storage interprets it
 * @param pattern a glob for file names, see {@link NamePattern}
 * @param recursive true: files in subdirectories are taken as well
 * @param quietPeriod see {@link QuietPeriod}
 * @param marker a suffix such as {@code .done}. A file is complete when a second file exists whose
 *     name is the file's name plus this suffix. Null: the quiet period decides
 * @param minSize bytes; smaller files wait
 * @param minAge files that were modified more recently than this wait
 * @param fraction the share of the files that is taken, 0 to 1; the file's name decides
 * @param cap the greatest number of files that may be in progress at the same time; others wait in
 *     state {@link FileState#SEEN}. Null: no limit
 * @param dags the DAG templates to start for each file
 * @param placeholder the edge that stands for the file in the template, {@code SRC:TGT} or {@code
 *     SRC:TGT:TAG}
 * @param staleafter seconds, for the jobs of the workflows; null: as the template says
 * @param after what happens to a file when it is processed
 * @param moveTo the directory for {@link AfterAction#MOVE}
 * @param user who added the watch; the workflows belong to this user
 */
@RecordBuilder
public record Watch(
    String name,
    String path,
    String pattern,
    boolean recursive,
    Duration quietPeriod,
    @Nullable String marker,
    long minSize,
    Duration minAge,
    double fraction,
    @Nullable Integer cap,
    List<String> dags,
    @Nullable String placeholder,
    @Nullable Integer priority,
    @Nullable Long staleafter,
    AfterAction after,
    @Nullable String moveTo,
    String user) {}
