// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// Sessions, and the connections through which their owners speak.
///
/// A session is replicated state: it begins and ends with a transaction. Its deadline and its present connection are
/// local knowledge of this server. Read [Session], then [Sessions] (deadlines, expiry), then [Client] (one connection)
/// and [ClientLink] (the seam to the network).
@NullMarked
package io.zabra.core.session;

import org.jspecify.annotations.NullMarked;
