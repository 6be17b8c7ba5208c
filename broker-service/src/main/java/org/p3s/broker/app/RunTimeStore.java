package org.p3s.broker.app;

import io.smallrye.mutiny.Uni;
import java.util.List;
import org.p3s.broker.domain.RunTime;
import org.p3s.broker.domain.RunTimes;
import org.p3s.platform.outbox.Tx;

/** What was learned about how long jobs take. */
public interface RunTimeStore {

  /** Takes what ends say into account, in one statement. */
  Uni<Void> learn(Tx tx, List<RunTime.Sample> samples);

  /** What is known about a type. */
  Uni<RunTimes> of(String jobtype);
}
