// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// The client port: connections, frames, back-pressure.
///
/// Bytes come in on an event loop of Netty, [Connection] cuts and decodes them and hands requests to the node; the node
/// answers through the same [Connection], which buffers until the batch is over. Read [ClientListener], then
/// [Connection].
@NullMarked
package io.zabra.server.net;

import org.jspecify.annotations.NullMarked;
