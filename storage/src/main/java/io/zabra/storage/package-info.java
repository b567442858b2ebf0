// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// The transaction log, snapshots and recovery, in Apache ZooKeeper's file formats, over a [Disk].
///
/// Coming in: encoded transactions to log, frozen trees to write. Going out: a tree with its sessions when a server
/// starts, or the reason why it must not start. Reading order: [Disk] (what lasts and what does not), [TxnLog],
/// [LogReader], [Snapshots], [Recovery], [Purge].
///
/// The rules of the house: what was acknowledged is never given up silently; a failed write or sync is final; only a
/// torn tail heals by itself.
@NullMarked
package io.zabra.storage;

import org.jspecify.annotations.NullMarked;
