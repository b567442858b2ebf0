// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.history;

import org.jspecify.annotations.Nullable;

/// Something that arrived on a connection, with its place in the order of zxids: it is judged by the state behind the
/// transaction `key`.
///
/// @param at where in the history
/// @param answer the request that is answered, or null
/// @param told the event that is told, or null; without either the connection ends
record Frame(long key, int at, Conversation of, @Nullable Ask answer, Entry.@Nullable Told told) {}
