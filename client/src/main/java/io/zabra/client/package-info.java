// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// A client of Zabra, and of any Apache ZooKeeper server since 3.6.
///
/// ```java
/// try (var client = ZabraClient.builder("zk1:2181,zk2:2181/app").sessionTimeoutMs(10_000).connect()) {
///     client.blocking().create("/lock", data, CreateMode.EPHEMERAL);
///     client.data("/config", event -> reload()).thenAccept(found -> use(found.data()));
/// }
/// ```
///
/// Begin with [io.zabra.client.ZabraClient]: each operation gives a `CompletableFuture` of a typed result and fails
/// with a kind of [io.zabra.client.ZabraException]. [io.zabra.client.BlockingClient] is the same for threads that may
/// wait. Changes are told to a [io.zabra.client.Watcher] or come out of a [io.zabra.client.WatchStream].
///
/// Below that, `SessionLoop` is the one I/O thread of a client: it owns the connection, the requests that wait for
/// their answer and, in `WatchRegistry`, the watches. It never runs code of the application; that is `Delivery`'s job,
/// in order, on the application's executor.
@NullMarked
package io.zabra.client;

import org.jspecify.annotations.NullMarked;
