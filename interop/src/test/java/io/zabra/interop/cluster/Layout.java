// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import io.zabra.interop.process.Product;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Which members a [Cluster] has: voters first, observers behind them. A value; each `with` makes a new one.
///
/// @param products of the members 1 to n
/// @param network between them; closed with the cluster
/// @param dataDirs folders of members that are not to have one where all files are
/// @param settings lines of `zoo.cfg` that all members get besides the usual ones
/// @param properties system properties of all members besides the usual ones
/// @param masters whether observers learn from followers
public record Layout(
        int voters,
        List<Product> products,
        Network network,
        Map<Integer, Path> dataDirs,
        List<String> settings,
        Map<String, String> properties,
        boolean masters) {

    /// In the place of a setting's value: for each member a port of its own ([ClusterMember#port]).
    public static final String ANY_PORT = "any port";

    /// Voters on loopback.
    static Layout of(int voters) {
        return of(voters, 0);
    }

    static Layout of(int voters, int observers) {
        return of(voters, Collections.nCopies(voters + observers, Product.ZABRA));
    }

    /// Servers of several products, all of them voters.
    public static Layout of(Product... products) {
        return of(products.length, List.of(products));
    }

    private static Layout of(int voters, List<Product> products) {
        return new Layout(voters, products, new Proxies(products.size()), Map.of(), List.of(), Map.of(), false);
    }

    /// The last members do not vote.
    public Layout withObservers(int count) {
        return new Layout(products.size() - count, products, network, dataDirs, settings, properties, masters);
    }

    /// Observers learn from followers, each of which has a port for that.
    public Layout withObserverMasters() {
        return new Layout(voters, products, network, dataDirs, settings, properties, true);
    }

    public Layout withSetting(String key, String value) {
        List<String> changed = new ArrayList<>(settings);
        changed.add(key + "=" + value);
        return new Layout(voters, products, network, dataDirs, changed, properties, masters);
    }

    public Layout withProperty(String key, String value) {
        Map<String, String> changed = new LinkedHashMap<>(properties);
        changed.put(key, value);
        return new Layout(voters, products, network, dataDirs, settings, changed, masters);
    }

    Layout on(Network other) {
        network.close();
        return new Layout(voters, products, other, dataDirs, settings, properties, masters);
    }

    Layout with(Map<Integer, Path> others) {
        return new Layout(voters, products, network, others, settings, properties, masters);
    }

    int members() {
        return products.size();
    }

    Product product(int member) {
        return products.get(member - 1);
    }

    boolean observes(int member) {
        return member > voters;
    }

    /// The proxies between the members.
    Proxies proxies() {
        if (network instanceof Proxies proxies) {
            return proxies;
        }
        throw new IllegalStateException("the members are not on loopback");
    }
}
