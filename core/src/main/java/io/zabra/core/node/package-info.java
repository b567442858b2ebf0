// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// The whole server as one deterministic state machine.
///
/// In: an [Input] and the time. Out: calls on [Effects] and on the links of clients. Nothing here reads a clock, a file
/// or a socket, and nothing here waits. Read [Node] first: a write goes through [Requests], comes back through
/// [Applier]; a connection begins in [Handshake].
@NullMarked
package io.zabra.core.node;

import org.jspecify.annotations.NullMarked;
