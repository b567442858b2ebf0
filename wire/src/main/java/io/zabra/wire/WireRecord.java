// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire;

/// A value with a fixed encoding. Each has a static `read` beside `write`; these two alone know the order of its
/// fields.
public interface WireRecord {

    void write(WireWriter out);
}
