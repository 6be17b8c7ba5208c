/**
 * What the monitor does: it projects events into tables, answers questions about them, notifies
 * open pages of changes, and takes records that people and tools add. The interfaces here are the
 * ports that the adapters implement.
 */
@NullMarked
package org.p3s.monitor.app;

import org.jspecify.annotations.NullMarked;
