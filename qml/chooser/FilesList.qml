// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import dev.latchkey.model

// What is there. Letters find a name, "/" and "~" begin a path.
FocusScope {
    id: root

    required property FileChooser chooser
    readonly property FolderModel files: chooser.files
    property string typed: ""
    signal pathTyped(beginning: string)

    activeFocusOnTab: true

    Timer {
        id: forgetting

        interval: 1000
        onTriggered: root.typed = ""
    }
    Connections {
        target: root.files

        function onSelectionChanged() {
            if (root.files.current >= 0)
                list.positionViewAtIndex(root.files.current, ListView.Contain);
        }
    }

    // A row up or down, a page, an end: with Shift the rows between come along.
    function step(rows: int, modifiers: int) {
        const from = files.current < 0 ? (rows > 0 ? -1 : files.count) : files.current;
        const row = Math.max(0, Math.min(files.count - 1, from + rows));
        files.select(row, modifiers & Qt.ShiftModifier ? FolderModel.Range : FolderModel.Only);
    }
    function seek(letter: string) {
        typed += letter;
        forgetting.restart();
        const row = files.find(typed, typed.length === 1 ? files.current + 1 : files.current);
        if (row >= 0)
            files.select(row, FolderModel.Only);
    }

    Keys.onPressed: event => {
        const letter = event.key === Qt.Key_Space ? " " : event.text;
        const page = Math.max(1, Math.floor(list.height / 34) - 1);
        event.accepted = true;
        if (event.modifiers & (Qt.AltModifier | Qt.MetaModifier))
            event.accepted = false;
        else if (event.key === Qt.Key_Down)
            step(1, event.modifiers);
        else if (event.key === Qt.Key_Up)
            step(-1, event.modifiers);
        else if (event.key === Qt.Key_PageDown)
            step(page, event.modifiers);
        else if (event.key === Qt.Key_PageUp)
            step(-page, event.modifiers);
        else if (event.key === Qt.Key_Home)
            step(-files.count, event.modifiers);
        else if (event.key === Qt.Key_End)
            step(files.count, event.modifiers);
        else if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter)
            chooser.openRow(files.current);
        else if (event.key === Qt.Key_Backspace)
            chooser.up();
        else if (event.key === Qt.Key_A && event.modifiers & Qt.ControlModifier)
            files.selectAll();
        else if (event.key === Qt.Key_Space && typed.length === 0)
            files.select(files.current, FolderModel.Toggle);
        else if (event.modifiers & Qt.ControlModifier || letter.length === 0 || letter < " " || letter === "\u007f")
            event.accepted = false;
        else if (typed.length === 0 && (letter === "/" || letter === "~"))
            pathTyped(letter);
        else
            seek(letter);
    }

    FilesHeader {
        id: header

        width: parent.width
        chooser: root.chooser
    }
    ListView {
        id: list

        anchors.top: header.bottom
        anchors.bottom: note.top
        width: parent.width
        focus: true
        clip: true
        model: root.files
        currentIndex: root.files.current
        keyNavigationEnabled: false
        highlightFollowsCurrentItem: false
        boundsBehavior: Flickable.StopAtBounds
        Accessible.role: Accessible.List
        Accessible.name: root.chooser.folders ? qsTr("Folders") : qsTr("Files")
        T.ScrollBar.vertical: Scroll {}

        delegate: FileRow {
            width: list.width
            focused: root.activeFocus && ListView.isCurrentItem
            onPicked: modifiers => {
                list.forceActiveFocus(Qt.MouseFocusReason);
                root.files.select(index, modifiers & Qt.ShiftModifier ? FolderModel.Range : modifiers & Qt.ControlModifier ? FolderModel.Toggle : FolderModel.Only);
            }
            onOpened: root.chooser.openRow(index)
        }
        FocusRing {
            shown: root.activeFocus && root.files.current < 0
            gap: -4
        }
    }
    PlainLabel {
        anchors.centerIn: list
        width: list.width - 48
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.Wrap
        maximumLineCount: 4
        color: Theme.dim
        visible: root.files.count === 0 && text.length > 0
        text: {
            if (root.chooser.problem.length > 0)
                return root.chooser.problem;
            if (root.chooser.busy)
                return waited.running ? "" : qsTr("Reading…");
            if (root.chooser.search.length > 0)
                return qsTr("Nothing of that name here or below.");
            return root.chooser.folders ? qsTr("No folders in here.") : qsTr("Nothing here that fits.");
        }
    }
    // Nothing is said of what takes no time.
    Timer {
        id: waited

        interval: 150
    }
    Connections {
        target: root.chooser

        function onFolderChanged() {
            waited.restart();
        }
    }
    PlainLabel {
        id: note

        anchors.bottom: parent.bottom
        x: 14
        width: parent.width - 28
        height: text.length > 0 ? contentHeight + 12 : 0
        verticalAlignment: Text.AlignVCenter
        wrapMode: Text.Wrap
        maximumLineCount: 2
        font.pixelSize: Theme.small
        color: Theme.dim
        text: root.files.count > 0 && root.chooser.problem.length > 0 ? root.chooser.problem : root.chooser.note
        visible: text.length > 0
    }
}
