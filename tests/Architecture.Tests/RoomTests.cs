// SPDX-License-Identifier: GPL-2.0-or-later
using Architecture.Tests.Kit;

namespace Architecture.Tests;

/// <summary>The rooms of managed/: imports go one way, as its README.md, or the project's own, draws them.</summary>
public sealed class RoomTests
{
    public static TheoryData<string> Projects => ["Packets", "DataPlane", "Vhost"];

    [Theory]
    [MemberData(nameof(Projects))]
    public void The_rooms_form_no_circle(string project) =>
        Assert.Empty(RoomGraph.OfCode(project).FindCircle());

    [Theory]
    [MemberData(nameof(Projects))]
    public void The_picture_shows_the_rooms_and_all_their_imports(string project)
    {
        RoomGraph code = RoomGraph.OfCode(project);
        RoomGraph picture = RoomGraph.OfPicture(project);
        Assert.True(code.Rooms.Count() >= 4, $"{code.Rooms.Count()} rooms found in {project}");
        string[] missing = [.. code.Except(picture)];
        string[] untrue = [.. picture.Except(code)];
        Assert.True(missing.Length == 0, $"the picture of {project} does not show:\n{string.Join('\n', missing)}");
        Assert.True(untrue.Length == 0, $"the picture of {project} shows what is not so:\n{string.Join('\n', untrue)}");
    }

    [Theory]
    [InlineData("a --> b\nb --> c\na --> c", "")]
    [InlineData("a --> b, c\nb --> d\nc --> d\nd --> b", "b --> d --> b")]
    [InlineData("a --> b # and back\n\nb --> c\nc --> a", "a --> b --> c --> a")]
    public void A_circle_is_found(string picture, string circle) =>
        Assert.Equal(circle, RoomGraph.Parse(picture).FindCircle());
}
