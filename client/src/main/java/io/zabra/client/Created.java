// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client;

import io.zabra.wire.data.Stat;

/// A znode that was created.
///
/// @param path its path, with the number that a sequential znode got
/// @param stat its Stat right after it was created
public record Created(String path, Stat stat) {}
