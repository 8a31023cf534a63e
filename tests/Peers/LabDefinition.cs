// SPDX-License-Identifier: GPL-2.0-or-later
namespace Peers;

/// <summary>The test classes that name it run one after the other, in the same lab.</summary>
[CollectionDefinition(nameof(Lab))]
public sealed class LabDefinition : ICollectionFixture<Lab>;
