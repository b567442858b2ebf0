// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// Ensembles of real server processes on loopback, that are killed, frozen and parted from each other while clients
/// write and read; all that clients are told is recorded, and checked by `io.zabra.simulator.history`.
///
/// A [Cluster] of some [Layout] starts [ClusterMember]s. The [Network] between them is one of [Proxies], or of the
/// kernel's [Namespaces], and can be cut one way.
/// Clients, of any kind, connect to a [Recorder] before each member, which writes down what passes; a [Crowd] is a
/// number of such clients, and [Journal] reads what the members have left on disk.
@NullMarked
package io.zabra.interop.cluster;

import org.jspecify.annotations.NullMarked;
