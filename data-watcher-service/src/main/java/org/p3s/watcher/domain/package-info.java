/** The rules of a watch and the states of its files. Pure decisions: no I/O and no clock. */
@NullMarked
package org.p3s.watcher.domain;

import org.jspecify.annotations.NullMarked;
