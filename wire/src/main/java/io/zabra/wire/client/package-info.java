// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// The protocol between clients and servers.
///
/// A connection starts with a [io.zabra.wire.client.ConnectRequest] and a [io.zabra.wire.client.ConnectResponse],
/// without headers. After that each packet of the client is a [io.zabra.wire.client.RequestHeader] and a
/// [io.zabra.wire.client.Request]; each packet of the server is a [io.zabra.wire.client.ReplyHeader] and either a
/// [io.zabra.wire.client.Response] (xid of the request) or a [io.zabra.wire.client.WatcherEvent] (xid -1). Every packet
/// has its length in front, as an int that does not count itself.
///
/// There is one record for each body, and no logic: what a request means is decided elsewhere.
@NullMarked
package io.zabra.wire.client;

import org.jspecify.annotations.NullMarked;
