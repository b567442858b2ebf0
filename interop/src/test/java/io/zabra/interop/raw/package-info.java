// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// A client of raw frames: it can say anything, also what no real client says, and hides nothing of the answers.
///
/// It has its own writing and reading of the wire format, on purpose: a mistake in the project's codec must not be able
/// to cancel itself out. [Jute] writes, [JuteReader] reads, [RawClient] is one connection, [Ops] makes request bodies,
/// [Tree] reads a whole tree.
@NullMarked
package io.zabra.interop.raw;

import org.jspecify.annotations.NullMarked;
