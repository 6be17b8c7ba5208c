@NullMarked
package org.p3s.pilots.domain;

import org.jspecify.annotations.NullMarked;
