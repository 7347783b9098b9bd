// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import dev.latchkey.model

// Grants below their headings. Of thousands only those in sight exist.
ListView {
    id: root

    required property GrantsModel grants
    required property StopPlan plan
    required property RuleEdit edit
    readonly property bool byThing: grants.grouping === GrantsModel.ByThing
    // Where what an app offers may be shared with another machine.
    property ShareDraft share: null
    property bool showWho: byThing || grants.grouping === GrantsModel.ByMachine
    // Instead of the name of a group.
    property string heading: ""
    property string emptyTitle: qsTr("No app holds anything")
    property string emptyText: qsTr("Apps start with nothing. What you allow them appears here, and can be taken back here at any time.")

    model: grants
    clip: true
    activeFocusOnTab: count > 0
    keyNavigationEnabled: true
    boundsBehavior: Flickable.StopAtBounds
    highlightMoveDuration: 0
    highlightFollowsCurrentItem: true
    cacheBuffer: 200
    bottomMargin: Theme.margin
    currentIndex: -1
    section.property: "group"
    section.delegate: SectionHeading {
        width: root.width
        instead: root.heading
    }
    T.ScrollBar.vertical: Scroll {}
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Keys")
    onActiveFocusChanged: if (activeFocus && currentIndex < 0 && count > 0)
        currentIndex = 0
    Keys.onDeletePressed: stop()
    Keys.onSpacePressed: {
        const row = current();
        if (row)
            grants.select(row.grantId, !row.selected);
    }
    Keys.onPressed: event => {
        if (event.key === Qt.Key_F2 && current()?.shareable)
            shareOf(current());
        else if (event.key === Qt.Key_F2)
            edit.begin(current()?.grantId ?? "");
        else if (event.key === Qt.Key_F4 && current()?.live > 0)
            plan.files.show(current().grantId);  // The keyboard's way to the mark that says how many are open.
        else
            return;
        event.accepted = true;
    }
    Keys.onReturnPressed: act()
    Keys.onEnterPressed: act()
    Keys.onEscapePressed: grants.clearSelection()

    function current(): GrantRow {
        return currentItem as GrantRow;
    }
    function shareOf(row: GrantRow) {
        share?.beginWith(row.profile.length > 0 ? row.holder + "@" + row.profile : row.holder, Number.parseInt(row.wholeName));
    }
    function stop() {
        plan.begin(grants.chosen(current()?.grantId ?? ""));
    }
    function act() {
        const row = current();
        if (row?.ended)
            grants.giveAgain(row.grantId);
        else
            stop();
    }

    delegate: GrantRow {
        id: row

        width: root.width
        showWho: root.showWho
        showPlace: !root.byThing
        sharing: root.share !== null
        onShareWanted: root.shareOf(row)
        selecting: root.grants.selectedCount > 0
        onLooked: root.plan.files.show(grantId)
        onStopped: root.plan.begin(root.grants.chosen(grantId))
        onChangeWanted: root.edit.begin(grantId)
        onGivenAgain: root.grants.giveAgain(grantId)
        onPicked: root.grants.select(grantId, !selected)
    }

    EmptyState {
        anchors.centerIn: parent
        width: Math.min(400, root.width - 48)
        visible: root.count === 0
        symbol: "key"
        title: root.grants.total > 0 && root.grants.filter ? qsTr("Nothing found") : root.emptyTitle
        text: root.grants.total > 0 && root.grants.filter ? qsTr("No name contains what you typed.") : root.emptyText
    }
}
