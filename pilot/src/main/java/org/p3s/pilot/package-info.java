/** The agent that holds a slot, asks for jobs and runs their payloads. */
@NullMarked
package org.p3s.pilot;

import org.jspecify.annotations.NullMarked;
