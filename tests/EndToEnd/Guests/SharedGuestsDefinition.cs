// SPDX-License-Identifier: GPL-2.0-or-later
namespace EndToEnd.Guests;

/// <summary>The test classes that name it run one after the other, on the same guests.</summary>
[CollectionDefinition(nameof(SharedGuests))]
public sealed class SharedGuestsDefinition : ICollectionFixture<SharedGuests>;
