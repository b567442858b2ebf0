// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// How the client reaches servers: which address is next, and how bytes get there and back.
///
/// Begin with [io.zabra.client.transport.Transport], the seam: the session above it sees one connection at a time,
/// bytes in and bytes out. [io.zabra.client.transport.SocketTransport] is the plain TCP one; TLS is another
/// implementation of the same six methods. [io.zabra.client.transport.ConnectString] is the text users write, and
/// [io.zabra.client.transport.ServerList] walks through it.
@NullMarked
package io.zabra.client.transport;

import org.jspecify.annotations.NullMarked;
