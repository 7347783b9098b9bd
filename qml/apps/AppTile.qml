// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import dev.latchkey.model

// One app: its picture and name, whether it runs, what it holds.
T.ItemDelegate {
    id: root

    required property string appId
    required property string name
    required property string comment
    required property url portrait
    required property int running
    required property list<string> holds
    required property int holdCount
    required property bool confined
    required property list<string> actions
    required property list<string> profiles
    required property AppsModel apps
    required property Packages packages
    property bool current: false
    signal pageWanted
    signal profileWanted

    function start() {
        apps.start(appId);
    }
    function openMenu() {
        menu.open();
    }

    implicitWidth: 128
    implicitHeight: 128
    hoverEnabled: true
    Accessible.role: Accessible.Button
    Accessible.name: name
    Accessible.description: running > 0 ? qsTr("runs; holds %Ln thing(s)", "", holdCount) : comment
    onClicked: start()
    Keys.onReturnPressed: start()
    Keys.onEnterPressed: start()
    Keys.onMenuPressed: openMenu()

    background: Rectangle {
        anchors.fill: parent
        anchors.margins: 4
        radius: Theme.radius
        color: drop.containsDrag ? Theme.accentSoft : root.down ? Theme.pressed : root.hovered || root.current ? Theme.raised : root.running > 0 ? Theme.surface : "transparent"
        border.width: root.running > 0 || drop.containsDrag ? 1 : 0
        border.color: drop.containsDrag ? Theme.accent : Theme.hairline

        FocusRing {
            shown: root.visualFocus || root.current
            gap: 0
            radius: Theme.radius
        }
    }
    contentItem: Item {
        AppIcon {
            id: icon

            anchors.horizontalCenter: parent.horizontalCenter
            y: 18
            source: root.portrait
        }
        PlainLabel {
            anchors.top: icon.bottom
            anchors.topMargin: 8
            anchors.left: parent.left
            anchors.right: parent.right
            anchors.leftMargin: 10
            anchors.rightMargin: 10
            horizontalAlignment: Text.AlignHCenter
            text: root.name
            wrapMode: held.visible ? Text.NoWrap : Text.Wrap
            maximumLineCount: held.visible ? 1 : 2
            elide: Text.ElideRight
            lineHeight: 0.95
            Accessible.ignored: true
        }
        Row {
            id: held

            anchors.horizontalCenter: parent.horizontalCenter
            anchors.bottom: parent.bottom
            anchors.bottomMargin: 12
            spacing: 6
            visible: root.running > 0

            Rectangle {
                anchors.verticalCenter: parent.verticalCenter
                width: 8
                height: 8
                radius: 4
                color: Theme.accent
            }
            Repeater {
                model: root.holds

                Symbol {
                    required property string modelData

                    name: modelData
                    size: 14
                    color: Theme.dim
                    anchors.verticalCenter: parent?.verticalCenter
                }
            }
            PlainLabel {
                anchors.verticalCenter: parent.verticalCenter
                text: root.holdCount > 0 ? root.holdCount.toLocaleString(Qt.locale(), "f", 0) : qsTr("holds nothing")
                font.pixelSize: Theme.small
                color: Theme.dim
            }
        }
    }
    Symbol {
        anchors.left: parent.left
        anchors.top: parent.top
        anchors.margins: 10
        name: "shield"
        size: 14
        color: Theme.accent
        visible: root.confined
    }
    SymbolButton {
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: 6
        implicitWidth: 28
        implicitHeight: 28
        symbol: "more"
        label: qsTr("More about %1").arg(root.name)
        visible: root.hovered || root.visualFocus || root.current || menu.opened || activeFocus
        onClicked: root.openMenu()
    }
    TapHandler {
        acceptedButtons: Qt.RightButton
        onTapped: root.openMenu()
    }
    DropArea {
        id: drop

        anchors.fill: parent
        keys: ["text/uri-list"]
        onDropped: event => root.apps.startWith(root.appId, event.urls)
    }
    Tip {
        text: root.comment
        visible: root.hovered && root.comment.length > 0 && !menu.opened
    }
    AppMenu {
        id: menu

        y: root.height - 8
        apps: root.apps
        packages: root.packages
        appId: root.appId
        running: root.running
        confined: root.confined
        actions: root.actions
        profiles: root.profiles
        onPageWanted: root.pageWanted()
        onProfileWanted: root.profileWanted()
    }
}
