// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// Tests of what survives: a process killed in the middle of its work, and a data directory that changes hands.
///
/// [Load] writes with many clients; [History] remembers what one of them did and what was acknowledged.
@NullMarked
package io.zabra.interop.disk;

import org.jspecify.annotations.NullMarked;
