/** The work directory of the pilot, the directories of jobs in it, and free disk space. */
@NullMarked
package org.p3s.pilot.workdir;

import org.jspecify.annotations.NullMarked;
