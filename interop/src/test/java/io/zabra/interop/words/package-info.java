// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// What operators see of a server, compared with what Apache's shows: the four-letter words.
@NullMarked
package io.zabra.interop.words;

import org.jspecify.annotations.NullMarked;
