package org.p3s.pilot.slot;

import org.jspecify.annotations.Nullable;
import org.p3s.pilot.job.AssignedJob;
import org.p3s.pilot.lifecycle.PilotSession;
import org.p3s.pilot.payload.PayloadProcess;

/**
 * The job that a slot holds, from its assignment until its finish report is delivered.
 *
 * @param session the registration under which the job was assigned
 * @param payload null before the payload runs
 */
public record HeldJob(PilotSession session, AssignedJob job, @Nullable PayloadProcess payload) {}
