// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.log;

import io.zabra.core.tree.DataTree;
import java.util.SortedMap;

/// A snapshot that came from the leader. It lies on the disk, where nobody looks for it before it is installed.
///
/// @param zxid the last transaction that it holds for certain; one of Apache's may hold parts of later ones
/// @param tree what it holds
/// @param sessions session id to timeout in milliseconds
/// @param file where it lies, in the terms of whoever stored it
public record ReceivedSnapshot(long zxid, DataTree tree, SortedMap<Long, Integer> sessions, Object file) {}
