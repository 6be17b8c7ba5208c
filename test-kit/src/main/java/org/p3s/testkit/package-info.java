/** What the tests of several modules share. */
@NullMarked
package org.p3s.testkit;

import org.jspecify.annotations.NullMarked;
