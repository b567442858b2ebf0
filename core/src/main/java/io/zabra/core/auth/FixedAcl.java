// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.auth;

import io.zabra.wire.data.Acl;
import java.util.List;

/// What becomes of an ACL that a client sends.
public sealed interface FixedAcl {

    /// The list that lets everybody do everything.
    FixedAcl OPEN = new Valid(Acl.OPEN);

    FixedAcl INVALID = new Invalid();

    FixedAcl TOO_LONG = new TooLong();

    /// It can be stored like this.
    ///
    /// @param acl immutable
    record Valid(List<Acl> acl) implements FixedAcl {}

    /// It breaks the rules, or has too many entries.
    record Invalid() implements FixedAcl {}

    /// With the client's credentials in the place of `auth` entries it takes more bytes than there is room for.
    record TooLong() implements FixedAcl {}
}
