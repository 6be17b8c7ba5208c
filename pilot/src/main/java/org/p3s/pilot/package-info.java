/**
 * The pilot agent: it registers with the pilot service, asks the broker for jobs, runs their
 * payloads and reports how they ended.
 *
 * <p>{@link org.p3s.pilot.Main} is the command, {@link org.p3s.pilot.PilotAgent} puts the parts
 * together and is the main loop.
 */
@NullMarked
package org.p3s.pilot;

import org.jspecify.annotations.NullMarked;
