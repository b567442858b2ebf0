// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// Who a connection is and what it may do: authentication schemes and access control lists.
///
/// In: the credentials of a connection and the ACL of a znode. Out: yes or no, or the ACL as it will be stored.
/// Read [AccessControl] first, then [AuthScheme] and its implementations. Further schemes (x509, SASL) are added by
/// handing more [AuthScheme]s to [AccessControl].
@NullMarked
package io.zabra.core.auth;

import org.jspecify.annotations.NullMarked;
