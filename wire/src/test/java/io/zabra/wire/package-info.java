// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// Tests of the codec itself, and what the tests of the records share: [io.zabra.wire.Golden] holds the bytes taken
/// from Apache, [io.zabra.wire.RandomRecords] makes records from a seed.
@NullMarked
package io.zabra.wire;

import org.jspecify.annotations.NullMarked;
