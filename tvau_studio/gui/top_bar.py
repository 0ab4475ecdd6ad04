"""The bar at the top: menus, the project, the search field, the model, export."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from tvau_studio.gui.forms import counted
from tvau_studio.gui.palette import Palette
from tvau_studio.gui.state import State
from tvau_studio.gui.theme import set_role
from tvau_studio.gui.words import tr

_STATES = {
    "unknown": ("muted", "{model} is looked for"),
    "none": ("bad", "{model} is not installed"),
    "installed": ("muted", "{model} is installed; it loads when it is needed"),
    "loading": ("warn", "{model} is being loaded"),
    "ready": ("ok", "{model} is ready"),
    "failed": ("bad", "{model} cannot be used"),
}
"""State of the model -> the token of its mark, and what is said of it."""


def menu_button(text: str = "") -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setIconSize(QSize(14, 14))
    return button


class TopBar(QWidget):
    """menus: what the button at the left opens. project_actions: what the project's own menu holds."""

    def __init__(
        self,
        state: State,
        menus: Sequence[QMenu],
        project_actions: Sequence[QAction],
        export: QAction,
        palette: Palette,
    ) -> None:
        super().__init__()
        self.setObjectName("topBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._state = state
        self.main = menu_button()
        self.main.setObjectName("menuButton")
        self.main.setAccessibleName(tr("Menu"))
        self.main.setToolTip(tr("All commands (F10)"))
        set_role(self.main, "quiet")
        all_menus = QMenu(self.main)
        for menu in menus:
            all_menus.addMenu(menu)
        self.main.setMenu(all_menus)
        brand = QLabel("tvau-studio")
        brand.setObjectName("brand")
        self.project = menu_button()
        self.project.setObjectName("projectButton")
        self.project.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow stands behind the name
        self.project.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        project_menu = QMenu(self.project)
        project_menu.addActions(list(project_actions))
        self.project.setMenu(project_menu)
        self.counts = QLabel()
        set_role(self.counts, "muted")
        self.palette_field = palette
        self.model = menu_button()
        self.model.setObjectName("modelLabel")
        self.model.setAccessibleName(tr("Model"))
        self.model.setIconSize(QSize(9, 9))
        self.model.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._model_menu = QMenu(self.model)
        self._model_menu.aboutToShow.connect(self._fill_model_menu)
        self.model.setMenu(self._model_menu)
        self.export = QToolButton()
        self.export.setText(tr("Export…"))
        self.export.setToolTip(tr("Write labels to a file (Ctrl+E)"))
        self.export.clicked.connect(export.trigger)
        export.enabledChanged.connect(self.export.setEnabled)
        self.export.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._models: list[dict[str, object]] = []

        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 12, 6)
        row.setSpacing(8)
        left, right = QHBoxLayout(), QHBoxLayout()
        for widget in (self.main, brand, self.project, self.counts):
            left.addWidget(widget)
        left.addStretch(1)
        right.addStretch(1)
        right.addWidget(self.model)
        right.addWidget(self.export)
        row.addLayout(left, 1)
        row.addWidget(palette)
        row.addLayout(right, 1)

        workspace = state.workspace
        workspace.projectChanged.connect(self._show_project)
        workspace.clipsChanged.connect(self._show_project)
        workspace.modelChanged.connect(self._show_model)
        state.theme.changed.connect(self._show_icons)
        self._show_project()
        self._show_icons()

    def _show_project(self) -> None:
        workspace = self._state.workspace
        self.project.setText(workspace.name or tr("No project"))
        self.project.setAccessibleName(
            tr("Project {name}", name=workspace.name) if workspace.name else tr("No project")
        )
        clips = workspace.clips
        if not workspace.name:
            self.counts.setText("")
            return
        done = clips.states["accepted"]
        reviewed = " · " + tr("{n} % accepted", n=round(100 * done / len(clips))) if clips else ""
        self.counts.setText(counted(len(clips), tr("clip"), tr("clips")) + reviewed)

    def _show_icons(self) -> None:
        theme = self._state.theme
        self.main.setIcon(theme.icon("menu"))
        self.project.setIcon(theme.icon("chevron-down", theme.tokens.muted))
        self._show_model()

    def _show_model(self) -> None:
        workspace, theme = self._state.workspace, self._state.theme
        token, words = _STATES[workspace.model_state]
        device = self._state.studio.models.device
        where = "" if workspace.model_state in ("none", "failed") or device == "auto" else f" · {device.upper()}"
        missing = {"none": tr("not installed"), "failed": tr("failed"), "loading": tr("loading…")}
        state = missing.get(workspace.model_state)
        self.model.setText(f" {workspace.model_name}{where}{f' · {state}' if state else ''}")
        self.model.setIcon(theme.icon("circle", getattr(theme.tokens, token), filled=True))
        tip = tr(words, model=workspace.model_name) + tr(".")
        self.model.setToolTip(f"{tip}\n{workspace.model_error}" if workspace.model_error else tip)
        self.model.setAccessibleDescription(tip)

    # -- the model's menu

    def _fill_model_menu(self) -> None:
        menu, studio = self._model_menu, self._state.studio
        menu.clear()
        words = _STATES[self._state.workspace.model_state][1]
        told = menu.addAction(tr(words, model=self._state.workspace.model_name))
        told.setEnabled(False)
        if self._state.workspace.model_error:
            menu.addAction(self._state.workspace.model_error).setEnabled(False)
        menu.addSeparator()
        for facts in self._models:
            name = str(facts["load"])
            action = menu.addAction(str(facts["name"]))
            action.setCheckable(True)
            action.setChecked(name == studio.settings["model"])
            action.triggered.connect(lambda _=False, name=name: self.choose_model(name))
        menu.addAction(tr("Another folder…")).triggered.connect(self._choose_folder)
        menu.addSeparator()
        for device in ("auto", "cpu", "cuda", "mps"):
            action = menu.addAction(
                tr("Compute on the best device")
                if device == "auto"
                else tr("Compute on {device}", device=device.upper())
            )
            action.setCheckable(True)
            action.setChecked(device == studio.settings["device"])
            action.triggered.connect(lambda _=False, device=device: self._choose_device(device))
        self._list_models()

    def _list_models(self) -> None:
        """Look, off this thread, for what is installed; where that is news, the menu is filled again."""

        def look(_: object) -> list[dict[str, object]]:
            from tvau_studio.services import models

            return models.list_models()

        def take(found: list[dict[str, object]]) -> None:
            if found != self._models:
                self._models = found
                if self._model_menu.isVisible():
                    self._fill_model_menu()

        self._state.studio.jobs.submit("media", "Look for models", look, done=take, priority=-1)

    def choose_model(self, name: str) -> None:
        """Use another model from now on."""
        studio = self._state.studio
        if name != studio.settings["model"]:
            studio.settings["model"] = name
            self._look_again()

    def _choose_device(self, device: str) -> None:
        studio = self._state.studio
        if device != studio.settings["device"]:
            studio.settings["device"] = device
            self._look_again()

    def _look_again(self) -> None:
        studio = self._state.studio
        self._state.heat.stop()

        def look(_: object) -> None:
            studio.models.forget()
            studio.models.look()

        # On the model's lane: not while the old one computes.
        studio.jobs.submit("model", "Look for the model", look, done=lambda _: self._state.heat.resume(), priority=20)

    def _choose_folder(self) -> None:
        found = QFileDialog.getExistingDirectory(self, tr("Choose a model's folder"), str(Path.home()))
        if found:
            self.choose_model(found)
