package org.p3s.sample.cellar;

/** Breaks a rule: it is in a package that the layout does not have. */
final class Fuse {}
