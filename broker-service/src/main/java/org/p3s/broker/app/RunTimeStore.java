package org.p3s.broker.app;

import io.smallrye.mutiny.Uni;
import java.util.List;
import org.p3s.broker.domain.RunTimeEstimates;
import org.p3s.broker.domain.RunTimeSample;
import org.p3s.platform.outbox.Tx;

/** The learned run times of job types. */
public interface RunTimeStore {

  /** Takes samples into account, by one statement. */
  Uni<Void> learn(Tx tx, List<RunTimeSample> samples);

  /** What is known about a job type. */
  Uni<RunTimeEstimates> of(String jobtype);
}
