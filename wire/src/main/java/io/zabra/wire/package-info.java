// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// Reading and writing of the jute encoding: big-endian numbers, strings and buffers with their length in front,
/// records without tags.
///
/// Begin with [io.zabra.wire.WireReader] and [io.zabra.wire.WireWriter]; everything else is a record that has a `read`
/// and a `write`. Bytes that do not follow the format give a [io.zabra.wire.MalformedPacketException], whatever they
/// are.
@NullMarked
package io.zabra.wire;

import org.jspecify.annotations.NullMarked;
