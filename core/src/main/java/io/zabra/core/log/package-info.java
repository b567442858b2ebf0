// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors

/// The log as the core knows it: which transactions there are, in which order, and what has become of each.
///
/// [History] is the one truth of a server, whatever its role: a record is appended, becomes durable, is committed, and
/// only then reaches the tree. [Proposals] are how a server that orders transactions adds to it. [Log] and [Journal]
/// are the seam to the disk: calls go out, and what has become durable comes back as an input.
@NullMarked
package io.zabra.core.log;

import org.jspecify.annotations.NullMarked;
