// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.auth;

import io.zabra.wire.data.Id;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The scheme `digest`: user and password, kept in ACLs as `user:base64(hash(user:password))`
/// (Apache: DigestAuthenticationProvider).
public final class DigestScheme implements AuthScheme {

    public static final String NAME = "digest";

    private final String algorithm;
    private final String superDigest;

    /// @param algorithm name of the hash, `SHA1` as in Apache unless configured otherwise
    /// @param superDigest the credential that is also granted `super`; empty for none
    /// @throws IllegalArgumentException when this JDK does not know the hash
    public DigestScheme(String algorithm, String superDigest) {
        this.algorithm = algorithm;
        this.superDigest = superDigest;
        digest(algorithm);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean authenticated() {
        return true;
    }

    @Override
    public boolean validId(String id) {
        return id.split(":").length == 2;
    }

    @Override
    public boolean matches(String credential, String id) {
        return credential.equals(id);
    }

    @Override
    public boolean exact() {
        return true;
    }

    @Override
    public @Nullable List<Id> authenticate(byte[] token, String remoteAddress) {
        String credential = credential(new String(token, StandardCharsets.UTF_8));
        Id id = new Id(NAME, credential);
        boolean isSuper = !superDigest.isEmpty()
                && MessageDigest.isEqual(
                        credential.getBytes(StandardCharsets.UTF_8), superDigest.getBytes(StandardCharsets.UTF_8));
        return isSuper ? List.of(new Id(AccessControl.SUPER, ""), id) : List.of(id);
    }

    @Override
    public String userName(String credential) {
        int colon = credential.indexOf(':');
        return colon < 0 ? credential : credential.substring(0, colon);
    }

    /// The ACL id for `user:password`.
    public String credential(String userAndPassword) {
        int colon = userAndPassword.indexOf(':');
        String user = colon < 0 ? userAndPassword : userAndPassword.substring(0, colon);
        byte[] hash = digest(algorithm).digest(userAndPassword.getBytes(StandardCharsets.UTF_8));
        return user + ":" + Base64.getEncoder().encodeToString(hash);
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalArgumentException("unknown digest algorithm " + algorithm, e);
        }
    }
}
